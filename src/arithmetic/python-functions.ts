/** Python's operators and functions of floats where JavaScript has others. */
import { pow } from './pow.js'

/** `x % y`: what is left has the sign of y. */
export function remainder(x: number, y: number): number {
  const rest = x % y
  if (rest === 0) return y < 0 ? -0 : 0
  return rest < 0 === y < 0 ? rest : rest + y
}

/** `x // y`, by the same steps as CPython and numpy. */
export function floorDivide(x: number, y: number): number {
  if (y === 0) return x / y
  const rest = x % y
  let quotient = (x - rest) / y
  if (rest !== 0 && rest < 0 !== y < 0) quotient -= 1
  if (quotient === 0) return x / y < 0 || Object.is(x / y, -0) ? -0 : 0
  const whole = Math.floor(quotient)
  return quotient - whole > 0.5 ? whole + 1 : whole
}

/** `x ** y`. A negative number to a power that is no integer is NaN, as to numpy. */
export function power(x: number, y: number): number {
  if (!(x < 0 && x > -Infinity)) return Object.is(x, -0) || x === -Infinity ? x ** y : pow(x, y)
  if (x === -1 && Math.abs(y) === Infinity) return 1
  if (!Number.isInteger(y)) return Number.isFinite(y) ? NaN : x ** y
  return Math.abs(y % 2) === 1 ? -pow(-x, y) : pow(-x, y)
}

/** `min(x, y)`: the first of equal ones, and the first where one is NaN. */
export function min(x: number, y: number): number {
  return y < x ? y : x
}

/** `max(x, y)`, likewise. */
export function max(x: number, y: number): number {
  return y > x ? y : x
}

/** Decimals beyond which no float64 that is a half there has more. toFixed has 100 in all. */
const ROOM = 30

/**
 * `round(x, decimals)`: the nearest to the very number that a float64 is; halves go to the even digit.
 * @param decimals 0 to 70
 */
export function round(x: number, decimals: number): number {
  if (!(Math.abs(x) < 1e21)) return x
  const text = Math.abs(x).toFixed(decimals)
  // toFixed rounds halves up.
  const rest = Math.abs(x).toFixed(decimals + ROOM).slice(text.length + (decimals === 0 ? 1 : 0))
  const isUp = /^50*$/.test(rest) && /[13579]$/.test(text)
  const rounded = isUp ? Number((Number(text) - 10 ** -decimals).toFixed(decimals)) : Number(text)
  return x < 0 || Object.is(x, -0) ? -rounded : rounded
}
