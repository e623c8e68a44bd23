using System.Diagnostics.CodeAnalysis;

namespace MlOps.Models;

/// <summary>Predicts each object in a call of its own, for models whose tensors have no rows and for types with tensor properties.</summary>
internal sealed class CallPredictor<
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TInput,
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TOutput>(
    LoadedOnnxModel model, CallInput<TInput>[] inputs, CallOutput<TOutput>[] outputs) : IPredictor<TInput, TOutput>
    where TInput : class
    where TOutput : class
{
    private readonly string[] _names = [.. outputs.Select(static output => output.Name).Distinct(StringComparer.Ordinal)];
    private bool _isDisposed;

    public void Predict(TInput input, TOutput output)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var tensors = new Dictionary<string, ModelTensor>(inputs.Length, StringComparer.Ordinal);
        foreach (var reader in inputs)
        {
            if (reader.Read(input) is { } tensor)
            {
                tensors.Add(reader.Name, tensor);
            }
        }

        var results = model.Predict(tensors, _names);
        try
        {
            foreach (var writer in outputs)
            {
                writer.Write(output, results[writer.Name]);
            }
        }
        catch (InvalidDataException exception)
        {
            throw model.Failed(exception);
        }
    }

    public void Predict(ReadOnlySpan<TInput> inputs, ReadOnlySpan<TOutput> outputs)
    {
        OnnxPredictor<TInput, TOutput>.RequirePairs(inputs, outputs);
        for (var i = 0; i < inputs.Length; i++)
        {
            Predict(inputs[i], outputs[i]);
        }
    }

    public void Dispose() => _isDisposed = true;
}
