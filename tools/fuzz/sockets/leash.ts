/** Loaded into the service under test: it ends with whoever started it, however that ends. */
process.stdin.resume().once('close', () => process.exit(1))
