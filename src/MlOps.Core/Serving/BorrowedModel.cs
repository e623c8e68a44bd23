using System.Diagnostics.CodeAnalysis;
using MlOps.Models;

namespace MlOps.Serving;

/// <summary>A model that its owner disposes, not this.</summary>
internal sealed class BorrowedModel(ILoadedModel inner) : ILoadedModel
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
