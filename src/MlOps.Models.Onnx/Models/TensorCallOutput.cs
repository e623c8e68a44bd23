using MlOps.Providers;

namespace MlOps.Models;

/// <summary>Writes an output to a property of the type <see cref="ModelTensor"/>.</summary>
internal sealed class TensorCallOutput<TOutput>(string name, FeatureProperty property) : CallOutput<TOutput>(name)
{
    private readonly Action<TOutput, ModelTensor> _setter = property.Property.SetMethod!.CreateDelegate<Action<TOutput, ModelTensor>>();

    public override void Write(TOutput output, ModelTensor tensor) => _setter(output, tensor);
}
