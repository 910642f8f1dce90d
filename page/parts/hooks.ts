import { useEffect, useRef, useState } from 'preact/hooks'

export interface Thought<T> {
  /** The last that came; of an earlier question while the next one is thought about. */
  readonly value: T | undefined
  readonly error: string | undefined
  readonly isStale: boolean
}

/**
 * The answer to a question that changes faster than it is answered: while one is thought about, only the last of the
 * others is kept.
 * @param key says which question it is; undefined when there is none
 */
export function useThought<T>(key: string | undefined, think: () => Promise<T>): Thought<T> {
  const [thought, setThought] = useState<{ key: string, value?: T, error?: string }>()
  const wanted = useRef({ key, think })
  const isBusy = useRef(false)
  wanted.current = { key, think }
  useEffect(() => {
    const next = async (): Promise<void> => {
      const { key, think } = wanted.current
      if (key === undefined || isBusy.current) return
      isBusy.current = true
      try {
        setThought({ key, value: await think() })
      } catch (error) {
        setThought({ key, error: error instanceof Error ? error.message : String(error) })
      }
      isBusy.current = false
      if (wanted.current.key !== key) await next()
    }
    void next()
  }, [key])
  return { value: thought?.value, error: thought?.error, isStale: thought?.key !== key }
}

/** Width of an element in pixels, for charts that have to know; 0 before it is known. */
export function useWidth<E extends HTMLElement>(): readonly [ref: { current: E | null }, width: number] {
  const ref = useRef<E>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const element = ref.current
    if (element === null) return
    const observer = new ResizeObserver(([{ contentRect }]) => setWidth(Math.floor(contentRect.width)))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return [ref, width]
}

/** After so long without a change, values rest. */
export const SETTLED_MS = 250

/** A value once it has not changed for a while. */
export function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return settled
}
