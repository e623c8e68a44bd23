using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using MlOps.Models;

namespace MlOps.Benchmarks.Serving;

/// <summary>Wraps a loader and counts the operations on its models.</summary>
internal sealed class CountedLoader(IModelLoader inner) : IModelLoader
{
    public ConcurrentBag<Counted> Models { get; } = [];

    public string Format => inner.Format;

    public async Task<ILoadedModel> LoadAsync(ModelSource source, CancellationToken cancellationToken = default)
    {
        var model = new Counted(await inner.LoadAsync(source, cancellationToken));
        Models.Add(model);
        return model;
    }

    internal sealed class Counted(ILoadedModel inner) : ILoadedModel
    {
        private int _disposals;
        private int _usesAfterDisposal;

        public int Disposals => _disposals;

        public int UsesAfterDisposal => _usesAfterDisposal;

        public ModelSignature Signature => inner.Signature;

        public IReadOnlyDictionary<string, ModelTensor> Predict(IReadOnlyDictionary<string, ModelTensor> inputs) => inner.Predict(inputs);

        public IPredictor<TInput, TOutput> CreatePredictor<
            [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TInput,
            [DynamicallyAccessedMembers(
                DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOutput>()
            where TInput : class
            where TOutput : class, new() =>
            new Predictor<TInput, TOutput>(this, inner.CreatePredictor<TInput, TOutput>());

        public void Dispose()
        {
            Interlocked.Increment(ref _disposals);
            inner.Dispose();
        }

        private void Use()
        {
            if (Volatile.Read(ref _disposals) > 0)
            {
                Interlocked.Increment(ref _usesAfterDisposal);
            }
        }

        private sealed class Predictor<TInput, TOutput>(Counted model, IPredictor<TInput, TOutput> inner) : IPredictor<TInput, TOutput>
            where TInput : class
            where TOutput : class
        {
            public void Predict(TInput input, TOutput output)
            {
                model.Use();
                inner.Predict(input, output);
                model.Use();
            }

            public void Predict(ReadOnlySpan<TInput> inputs, ReadOnlySpan<TOutput> outputs)
            {
                model.Use();
                inner.Predict(inputs, outputs);
                model.Use();
            }

            public void Dispose() => inner.Dispose();
        }
    }
}
