/** Prints what `hashAnswers` gives for each dump. */
import { readFileSync } from 'node:fs'
import { hashAnswers } from './bits.mjs'

for (const file of process.argv.slice(2)) console.log(await hashAnswers(JSON.parse(readFileSync(file, 'utf8'))))
