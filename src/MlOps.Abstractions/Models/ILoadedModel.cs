using System.Diagnostics.CodeAnalysis;

namespace MlOps.Models;

/// <summary>A model in memory.</summary>
/// <remarks>
/// <para>Thread safety: every member but <see cref="IDisposable.Dispose"/> may be called from any thread at any time.</para>
/// <para>Ownership: whoever loaded it disposes it, once all its predictors are disposed.</para>
/// </remarks>
public interface ILoadedModel : IDisposable
{
    /// <summary>Gets what the model itself says it takes and gives.</summary>
    ModelSignature Signature { get; }

    /// <summary>Predicts from named tensors, for callers that have no types for the model: generic endpoints, golden examples.</summary>
    /// <param name="inputs">A tensor for each input that is not optional, by its name. The first dimension of each is the number of rows.</param>
    /// <returns>A tensor for each output, by its name.</returns>
    /// <exception cref="ArgumentException">An input is missing, unknown, or of another type or shape; the message names every such one.</exception>
    IReadOnlyDictionary<string, ModelTensor> Predict(IReadOnlyDictionary<string, ModelTensor> inputs);

    /// <summary>Makes what predicts from objects. All that takes time, such as compiling the mapping, happens here.</summary>
    /// <remarks>
    /// Each input of the model that is not optional needs a property of <typeparamref name="TInput"/>, or several that fill a tensor (see
    /// <see cref="FeatureAttribute"/>); other properties are not used. Each property of <typeparamref name="TOutput"/> needs an output of the model, and at
    /// least one property has an output; other outputs are not computed where the runtime can leave them out. A value is converted only where nothing can be
    /// lost, or where an attribute allows it. A member that is named like an input or output and cannot be used is a mismatch.
    /// </remarks>
    /// <typeparam name="TInput">The type of an input row.</typeparam>
    /// <typeparam name="TOutput">The type of an output row.</typeparam>
    /// <returns>A predictor, which the caller disposes before the model.</returns>
    /// <exception cref="ModelMappingException">The types do not fit the model; the exception lists every mismatch.</exception>
    IPredictor<TInput, TOutput> CreatePredictor<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TInput,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOutput>()
        where TInput : class
        where TOutput : class, new();
}
