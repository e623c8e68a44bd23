using MlOps.Providers;

namespace MlOps.Models;

/// <summary>Reads an input from a property that is a <see cref="ModelTensor"/>.</summary>
internal sealed class TensorCallInput<TInput>(OnnxTensor tensor, FeatureProperty property) : CallInput<TInput>(tensor)
{
    private readonly Func<TInput, ModelTensor?> _getter = property.Property.GetMethod!.CreateDelegate<Func<TInput, ModelTensor?>>();

    public override ModelTensor? Read(TInput row)
    {
        var value = _getter(row);
        if (value is null)
        {
            return Tensor.IsOptional ? null
                : throw new ArgumentException($"{property} is null, but a tensor is needed. Give it {Tensor.Description}.", nameof(row));
        }

        return value.Type == Tensor.Type && Tensor.Accepts(value.Shape)
            ? value
            : throw new ArgumentException($"{property} is {value.Type} [{string.Join(", ", value.Shape)}], but {Tensor.Description} is needed. Give it a tensor of that type and shape.", nameof(row));
    }
}
