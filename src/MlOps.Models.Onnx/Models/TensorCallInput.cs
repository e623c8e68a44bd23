using MlOps.Providers;

namespace MlOps.Models;

/// <summary>Reads an input from a property of the type <see cref="ModelTensor"/>.</summary>
internal sealed class TensorCallInput<TInput>(OnnxTensor tensor, FeatureProperty property) : CallInput<TInput>(tensor)
{
    private readonly Func<TInput, ModelTensor?> _getter = property.Property.GetMethod!.CreateDelegate<Func<TInput, ModelTensor?>>();

    public override ModelTensor? Read(TInput row)
    {
        var value = _getter(row);
        if (value is null)
        {
            return Tensor.IsOptional ? null
                : throw new ArgumentException($"{property} is null, but the model requires a tensor. Set it to {Tensor.Description}.", nameof(row));
        }

        return value.Type == Tensor.Type && Tensor.Accepts(value.Shape)
            ? value
            : throw new ArgumentException(
                $"{property} is {value.Type} [{string.Join(", ", value.Shape)}], but the model requires {Tensor.Description}. "
                + "Set it to a tensor of this type and shape.",
                nameof(row));
    }
}
