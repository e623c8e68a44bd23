using MlOps.Providers;

namespace MlOps.Models;

/// <summary>An input or output with the properties mapped to it: one for the whole row, or one for each value.</summary>
internal readonly record struct MappedTensor(OnnxTensor Tensor, IReadOnlyList<FeatureProperty> Properties);
