using MlOps.Providers;

namespace MlOps.Models;

/// <summary>An input or output and the properties that stand for it: one for a whole row, or one for each of its values.</summary>
internal readonly record struct MappedTensor(OnnxTensor Tensor, IReadOnlyList<FeatureProperty> Properties);
