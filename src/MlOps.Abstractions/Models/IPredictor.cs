namespace MlOps.Models;

/// <summary>Predicts from objects, for one caller at a time.</summary>
/// <remarks>
/// <para>Thread safety: none; it keeps buffers between calls so that a prediction allocates nothing. Any thread may use it, one after the other.</para>
/// <para>After a call that threw it can be used as before.</para>
/// </remarks>
/// <typeparam name="TInput">The type of an input row.</typeparam>
/// <typeparam name="TOutput">The type of an output row.</typeparam>
public interface IPredictor<TInput, TOutput> : IDisposable
    where TInput : class
    where TOutput : class
{
    /// <summary>Predicts one row.</summary>
    /// <param name="input">The row. It is not changed.</param>
    /// <param name="output">Where the outputs are written: every mapped property is set. Arrays it holds are filled if they have the right length, and replaced if not.</param>
    /// <exception cref="ArgumentException">A value cannot be given to the model, such as an array of the wrong length or a text that is null; the message names the property.</exception>
    void Predict(TInput input, TOutput output);

    /// <summary>Predicts several rows, in one call of the model where it can.</summary>
    /// <inheritdoc cref="Predict(TInput, TOutput)"/>
    /// <param name="inputs">The rows. They are not changed.</param>
    /// <param name="outputs">Where the outputs are written, one object for each row.</param>
    void Predict(ReadOnlySpan<TInput> inputs, ReadOnlySpan<TOutput> outputs);
}
