using MlOps.Models;
using MlOps.Validation;

namespace MlOps.Serving;

/// <summary>Predicts rows that a processor converts to tensors and back.</summary>
internal sealed class ProcessedRows<TInput, TOutput>(ILoadedModel model, IModelProcessor<TInput, TOutput> processor, Lazy<TensorValidator> tensors)
    where TInput : class
    where TOutput : class
{
    /// <summary>Predicts a row unless its tensors are refused.</summary>
    /// <returns>The violations of the tensors, and whether the row was refused.</returns>
    public (IReadOnlyList<InputViolation> Violations, bool IsRejected) Predict(TInput input, TOutput output)
    {
        var validated = tensors.Value.Validate(processor.CreateTensors(input) ?? throw new InvalidOperationException(
            $"{processor.GetType().Name}.{nameof(processor.CreateTensors)} returned null. Return a tensor for each input of the model."));
        if (!validated.IsRejected)
        {
            processor.ReadTensors(model.Predict(validated.Input), input, output);
        }

        return (validated.Violations, validated.IsRejected);
    }
}
