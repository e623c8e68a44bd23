using MlOps.Models;

namespace MlOps.Readme;

internal sealed record Flower([property: Feature("features")] float[] Measures);
