// The part of noVNC that the dashboard uses; the package brings no types.
declare module '@novnc/novnc' {
  export default class RFB extends EventTarget {
    constructor(target: HTMLElement, channel: WebSocket)
    scaleViewport: boolean
    background: string
    focus(): void
    disconnect(): void
    sendCtrlAltDel(): void
  }
}
