namespace MlOps.Models;

/// <summary>Predicts outputs from row objects.</summary>
/// <remarks>
/// <para>Thread safety: not thread-safe, because buffers are reused between calls to avoid allocations. Different threads may use it one after another.</para>
/// <para>The predictor remains usable after an exception.</para>
/// </remarks>
/// <typeparam name="TInput">The type of an input row.</typeparam>
/// <typeparam name="TOutput">The type of an output row.</typeparam>
/// <example>
/// <code>
/// using var predictor = model.CreatePredictor&lt;Customer, Churn&gt;();
/// var outputs = customers.Select(_ => new Churn()).ToArray();
/// predictor.Predict(customers, outputs);
/// </code>
/// </example>
public interface IPredictor<TInput, TOutput> : IDisposable
    where TInput : class
    where TOutput : class
{
    /// <summary>Predicts one row.</summary>
    /// <param name="input">The input row. It is not changed.</param>
    /// <param name="output">The object that receives the outputs. Existing arrays of the correct length are reused.</param>
    /// <exception cref="ArgumentException">
    /// A value is not valid for the model, such as an array of the wrong length or a null string. The message names the property.
    /// </exception>
    void Predict(TInput input, TOutput output);

    /// <summary>Predicts several rows, in one call of the model if possible.</summary>
    /// <inheritdoc cref="Predict(TInput, TOutput)"/>
    /// <param name="inputs">The input rows. They are not changed.</param>
    /// <param name="outputs">The objects that receive the outputs, one for each row.</param>
    void Predict(ReadOnlySpan<TInput> inputs, ReadOnlySpan<TOutput> outputs);
}
