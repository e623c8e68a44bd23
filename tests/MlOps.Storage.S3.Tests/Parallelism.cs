using MlOps.Tests.Backends;

[assembly: ServerRequirements]

// Fixtures through the fault proxy mostly wait for retries; several at a time wait together.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(8)]
