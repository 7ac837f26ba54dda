# Proofs, by package. Each target prints the figure it proves; docs/benchmarks.md says what each is.
