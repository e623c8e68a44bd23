using MlOps.Tests.Backends;

[assembly: ServerRequirements]
