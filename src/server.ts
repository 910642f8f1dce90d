/** The program. */
import { serve } from './start.js'

await serve()
