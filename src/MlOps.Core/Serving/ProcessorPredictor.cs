using MlOps.Models;
using MlOps.Validation;

namespace MlOps.Serving;

/// <summary>Predicts rows through a processor, which converts rows to tensors and tensors to rows.</summary>
internal sealed class ProcessorPredictor<TInput, TOutput>(ILoadedModel model, IModelProcessor<TInput, TOutput> processor, Lazy<TensorValidator> tensors)
    where TInput : class
    where TOutput : class
{
    /// <summary>Predicts a row unless its tensors are rejected.</summary>
    /// <returns>The violations of the tensors, and whether the row was rejected.</returns>
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
