using MlOps.Models;

namespace MlOps.Serving;

/// <summary>Converts rows to input tensors of a model, and output tensors to rows. Examples are tokenizers, image transformations and label lookups.</summary>
/// <remarks>
/// <para>Thread safety: an implementation must be thread-safe, because many threads call it concurrently.</para>
/// <para>
/// Ownership: one processor is created for each loaded version, from the files of that version. It is replaced and disposed together with the
/// version.
/// </para>
/// <para>The schema of the version validates the tensors.</para>
/// </remarks>
/// <typeparam name="TInput">The type of an input row.</typeparam>
/// <typeparam name="TOutput">The type of an output row.</typeparam>
/// <example>
/// <code>
/// builder.AddModel&lt;Message, Sentiment&gt;("sentiment", createProcessor: version => new SentimentProcessor(version.GetPath("vocab.txt")));
/// </code>
/// </example>
public interface IModelProcessor<TInput, TOutput>
    where TInput : class
    where TOutput : class
{
    /// <summary>Gets sample rows for the smoke test and the warm-up of a version.</summary>
    /// <value>The default is empty. If all samples fail, the version is not served.</value>
    IReadOnlyList<TInput> Samples => [];

    /// <summary>Creates the input tensors of one model call.</summary>
    /// <param name="input">The row.</param>
    /// <returns>The input tensors, by name. Optional inputs may be omitted.</returns>
    IReadOnlyDictionary<string, ModelTensor> CreateTensors(TInput input);

    /// <summary>Converts the outputs of the model to a row.</summary>
    /// <param name="outputs">The output tensors, by name.</param>
    /// <param name="input">The input row.</param>
    /// <param name="output">The row to write to.</param>
    void ReadTensors(IReadOnlyDictionary<string, ModelTensor> outputs, TInput input, TOutput output);
}
