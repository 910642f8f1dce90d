/** The program without its bundle, for `npm run dev`. */
import { serve } from './serve.js'

await serve()
