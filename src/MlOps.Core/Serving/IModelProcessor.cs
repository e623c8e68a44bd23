using MlOps.Models;

namespace MlOps.Serving;

/// <summary>
/// Converts rows of a caller's type to the tensors of a model, and its outputs to rows: a tokenizer, an image transformation, a list of labels.
/// </summary>
/// <remarks>
/// <para>Thread safety: many threads call it at once.</para>
/// <para>
/// Ownership: one processor is created for each version that is loaded, from the files of that version. It is exchanged with the version, and
/// disposed with it if it is <see cref="IDisposable"/>.
/// </para>
/// <para>The tensors are validated by the schema of the version, as named tensors are.</para>
/// </remarks>
/// <typeparam name="TInput">The type of an input row.</typeparam>
/// <typeparam name="TOutput">The type of an output row.</typeparam>
/// <example>
/// <code>
/// builder.AddModel&lt;Message, Sentiment&gt;("sentiment", version => new SentimentProcessor(version.GetPath("vocab.txt")));
/// </code>
/// </example>
public interface IModelProcessor<TInput, TOutput>
    where TInput : class
    where TOutput : class
{
    /// <summary>Gets rows that the version is proven and warmed up with.</summary>
    /// <value>The default is empty. If there are rows and all of them fail, the version is not served.</value>
    IReadOnlyList<TInput> Samples => [];

    /// <summary>Makes the tensors of one call of the model.</summary>
    /// <param name="input">The row.</param>
    /// <returns>A tensor for each input of the model that is not optional, by its name.</returns>
    IReadOnlyDictionary<string, ModelTensor> CreateTensors(TInput input);

    /// <summary>Writes the outputs of the model to a row.</summary>
    /// <param name="outputs">A tensor for each output of the model, by its name.</param>
    /// <param name="input">The row that was predicted.</param>
    /// <param name="output">The row to write to.</param>
    void ReadTensors(IReadOnlyDictionary<string, ModelTensor> outputs, TInput input, TOutput output);
}
