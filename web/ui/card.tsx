import type { ReactNode } from 'react'
import classes from './card.module.css'

export function Card({ title, aside, children, flush = false }: { title?: ReactNode; aside?: ReactNode; children: ReactNode; flush?: boolean }) {
  return (
    <section className={classes.card}>
      {title !== undefined && <div className={classes.title}><h2 style={{ font: 'inherit', margin: 0 }}>{title}</h2>{aside}</div>}
      <div className={flush ? undefined : classes.body}>{children}</div>
    </section>
  )
}

/** Names and values, one a line. What is undefined is left out. */
export function Facts({ facts }: { facts: Record<string, ReactNode> }) {
  return (
    <dl className={classes.facts}>
      {Object.entries(facts).filter(([, value]) => value !== undefined && value !== null).flatMap(([name, value]) => [<dt key={`${name}:`}>{name}</dt>, <dd key={name}>{value}</dd>])}
    </dl>
  )
}
