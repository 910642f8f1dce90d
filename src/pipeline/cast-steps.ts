/** Numbers as a C program takes them. */
import { inPlace } from './scale-steps.js'
import type { CompileStep } from './compile-step.js'

/** What `(uint8_t) x` gives on x86: truncated to int32, of which the low byte; 0 for what does not fit an int32. */
function castToUint8(x: number): number {
  const whole = Math.trunc(x)
  return whole >= -(2 ** 31) && whole < 2 ** 31 ? whole & 0xff : 0
}

export const compileToUint8: CompileStep<'to-uint8'> = ({ columns: names, negative }, context) =>
  inPlace(names, context, slots => columns => {
    for (const slot of slots) {
      const value = columns[slot]
      if (Number.isNaN(value)) continue
      columns[slot] = value < 0 && negative === 'missing' ? NaN : castToUint8(value)
    }
  })
