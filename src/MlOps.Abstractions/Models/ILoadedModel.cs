using System.Diagnostics.CodeAnalysis;

namespace MlOps.Models;

/// <summary>A loaded model.</summary>
/// <remarks>
/// <para>Thread safety: all members except <see cref="IDisposable.Dispose"/> are thread-safe.</para>
/// <para>Ownership: the caller of <see cref="IModelLoader.LoadAsync"/> disposes the model after all its predictors.</para>
/// </remarks>
/// <example>
/// <code>
/// using var model = await loader.LoadAsync(source, cancellationToken);
/// using var predictor = model.CreatePredictor&lt;Customer, Churn&gt;();
/// var churn = new Churn();
/// predictor.Predict(customer, churn);
/// </code>
/// </example>
public interface ILoadedModel : IDisposable
{
    /// <summary>Gets the signature that is recorded in the model files.</summary>
    ModelSignature Signature { get; }

    /// <summary>Predicts from named tensors, for callers without row types, such as generic endpoints.</summary>
    /// <param name="inputs">A tensor for each required input, by name. The first dimension is the number of rows.</param>
    /// <returns>A tensor for each output, by name.</returns>
    /// <exception cref="ArgumentException">An input is missing, unknown, or has a wrong type or shape. The message names each such input.</exception>
    IReadOnlyDictionary<string, ModelTensor> Predict(IReadOnlyDictionary<string, ModelTensor> inputs);

    /// <summary>Creates a predictor for row objects. The mapping is compiled in this call, not in a prediction.</summary>
    /// <remarks>
    /// Each required input needs a property of <typeparamref name="TInput"/>, or several properties that fill a tensor (see <see cref="FeatureAttribute"/>).
    /// Other properties are ignored. Each property of <typeparamref name="TOutput"/> needs an output, and at least one property must have one. Outputs
    /// without a property are not computed if the runtime supports this. A value is converted only if the conversion is exact or an attribute allows
    /// rounding. A member that has the name of a feature but cannot be mapped is a mismatch.
    /// </remarks>
    /// <typeparam name="TInput">The type of an input row.</typeparam>
    /// <typeparam name="TOutput">The type of an output row.</typeparam>
    /// <returns>The predictor, which the caller disposes before the model.</returns>
    /// <exception cref="ModelMappingException">The row types do not match the model. The exception lists all mismatches.</exception>
    IPredictor<TInput, TOutput> CreatePredictor<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TInput,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOutput>()
        where TInput : class
        where TOutput : class, new();
}
