using MlOps.Models;

namespace MlOps.Benchmarks.Serving;

internal sealed class EchoRow
{
    public float X { get; set; }
}

internal sealed class EchoAnswer
{
    public float Y { get; set; }
}

/// <summary>Loads a model of minimal cost, so that the cost of the code around the model can be measured.</summary>
internal sealed class EchoLoader : IModelLoader
{
    public string Format => "echo";

    public Task<ILoadedModel> LoadAsync(ModelSource source, CancellationToken cancellationToken = default) => Task.FromResult<ILoadedModel>(new Echo());

    internal sealed class Echo : ILoadedModel
    {
        public ModelSignature Signature { get; } = new() { Inputs = [], Outputs = [] };

        public IReadOnlyDictionary<string, ModelTensor> Predict(IReadOnlyDictionary<string, ModelTensor> inputs) => inputs;

        public IPredictor<TInput, TOutput> CreatePredictor<TInput, TOutput>()
            where TInput : class
            where TOutput : class, new() =>
            (IPredictor<TInput, TOutput>)(object)new EchoPredictor();

        public void Dispose()
        {
        }
    }

    internal sealed class EchoPredictor : IPredictor<EchoRow, EchoAnswer>
    {
        public void Predict(EchoRow input, EchoAnswer output) => output.Y = input.X;

        public void Predict(ReadOnlySpan<EchoRow> inputs, ReadOnlySpan<EchoAnswer> outputs)
        {
            for (var row = 0; row < inputs.Length; row++)
            {
                Predict(inputs[row], outputs[row]);
            }
        }

        public void Dispose()
        {
        }
    }
}
