using System.Diagnostics.CodeAnalysis;
using MlOps.Models;

namespace MlOps.Serving;

/// <summary>Wraps a loaded model without taking ownership: disposing the wrapper does not dispose the model.</summary>
internal sealed class NonOwningModel(ILoadedModel inner) : ILoadedModel
{
    public ModelSignature Signature => inner.Signature;

    public IReadOnlyDictionary<string, ModelTensor> Predict(IReadOnlyDictionary<string, ModelTensor> inputs) => inner.Predict(inputs);

    public IPredictor<TInput, TOutput> CreatePredictor<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TInput,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOutput>()
        where TInput : class
        where TOutput : class, new() =>
        inner.CreatePredictor<TInput, TOutput>();

    public void Dispose()
    {
    }
}
