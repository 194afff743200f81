/** What the watch logs with. Pino's loggers fit. */
export interface WatchLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}
