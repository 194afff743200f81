// A client of its own process: sends one and the same request over kept connections, as fast as they are answered, and
// writes how many were answered in the time given. Raw sockets, so that it takes less of the machine than the server.
import { connect } from 'node:net'

const { url, body, token, connections, ms } = JSON.parse(process.argv[2]!) as { url: string; body: string; token?: string; connections: number; ms: number }
const { hostname, port, pathname } = new URL(url)
const request = `POST ${pathname} HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/json\r\naccept: application/json\r\n${token === undefined ? '' : `authorization: Bearer ${token}\r\n`}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
const endAt = performance.now() + ms
let answered = 0

await Promise.all(Array.from({ length: connections }, () => new Promise<void>((resolve, reject) => {
  const socket = connect(Number(port), hostname).setNoDelay(true)
  let text = ''
  socket.once('connect', () => { socket.write(request) }).once('error', reject).once('close', () => { resolve() })
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1')
    const head = text.indexOf('\r\n\r\n')
    if (head < 0) return
    const length = /^content-length: (\d+)/im.exec(text)
    const chunked = /^transfer-encoding: chunked/im.test(text.slice(0, head))
    if (chunked ? !text.endsWith('\r\n0\r\n\r\n') : text.length < head + 4 + Number(length![1])) return
    if (!text.startsWith('HTTP/1.1 200')) { reject(new Error(text.slice(0, 500))); return }
    text = ''
    answered++
    if (performance.now() < endAt) socket.write(request)
    else socket.destroy()
  })
})))
process.stdout.write(String(answered))
