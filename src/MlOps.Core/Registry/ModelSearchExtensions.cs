using System.Runtime.CompilerServices;
using MlOps.Datasets;
using MlOps.Search;

namespace MlOps.Registry;

/// <summary>Extension methods that search versions.</summary>
public static class ModelSearchExtensions
{
    /// <summary>Finds the versions that match a filter.</summary>
    /// <remarks>
    /// <para>Keys are <c>metrics.auc</c>, <c>params.depth</c>, <c>tags.stage</c>, <c>datasets.flights</c> (the value is the version of the dataset), and the
    /// attributes <c>name</c>, <c>version</c>, <c>alias</c>, <c>format</c>, <c>author</c>, <c>status</c>, <c>description</c>, <c>intended_use</c>,
    /// <c>run_id</c>, <c>git_commit</c>, <c>source</c>, <c>size</c> (bytes), <c>created</c> and <c>updated</c> (milliseconds since 1970, or text in
    /// ISO 8601), with or without the prefix <c>attributes.</c>. A key with characters other than letters, digits and <c>_ . - /</c> is enclosed in
    /// backticks or double quotes: <c>tags.`my key`</c>. Keys are case-sensitive. Aliases, formats and keywords are case-insensitive.</para>
    /// <para>Comparisons are <c>= != &gt; &gt;= &lt; &lt;=</c>, <c>LIKE</c> and the case-insensitive <c>ILIKE</c> (<c>%</c> matches any text,
    /// <c>_</c> matches any character), <c>IN (…)</c>, <c>NOT IN (…)</c>, <c>IS NULL</c> and <c>IS NOT NULL</c>. They are combined with <c>and</c>,
    /// <c>or</c>, <c>not</c> and parentheses. Text is enclosed in quotes; a quote in the text is doubled.</para>
    /// <para>A comparison with a missing key is false for every operator: <c>tags.stage != 'draft'</c> does not match a version without the tag, but
    /// <c>not tags.stage = 'draft'</c> does. <c>tags.stage IS NULL</c> matches the versions without the tag.</para>
    /// </remarks>
    /// <param name="registry">The registry.</param>
    /// <param name="filter">The filter, such as <c>metrics.auc &gt; 0.9 and tags.stage != 'draft'</c>. An empty filter matches all versions.</param>
    /// <param name="model">The name of the model to search; <see langword="null"/> for all models.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <returns>The versions, in ascending order within a model.</returns>
    /// <exception cref="ArgumentException">The filter is not valid. The message names the position and the expected syntax. Thrown before the
    /// enumeration.</exception>
    public static IAsyncEnumerable<ModelVersion> SearchAsync(
        this IModelRegistry registry, string filter, string? model = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(filter);
        var expression = FilterExpression.Parse(filter, ModelVersionSubject.Schema);
        return FindAsync(registry, model, (found, version) => expression.Matches(new ModelVersionSubject(found, version)), cancellationToken);
    }

    /// <summary>Finds the versions that were trained on a version of a dataset.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="dataset">The version of the dataset.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <returns>The versions of all models, in ascending order within a model.</returns>
    public static IAsyncEnumerable<ModelVersion> FindTrainedOnAsync(
        this IModelRegistry registry, DatasetReference dataset, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(dataset);
        return FindAsync(registry, model: null, (_, version) => version.Lineage.Datasets.Contains(dataset), cancellationToken);
    }

    private static async IAsyncEnumerable<ModelVersion> FindAsync(
        IModelRegistry registry, string? model, Func<RegisteredModel, ModelVersion, bool> matches, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var found in ModelsAsync(registry, model, cancellationToken).ConfigureAwait(false))
        {
            foreach (var version in found.Versions.Where(version => matches(found, version)))
            {
                yield return version;
            }
        }
    }

    private static async IAsyncEnumerable<RegisteredModel> ModelsAsync(
        IModelRegistry registry, string? model, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (model is null)
        {
            await foreach (var listed in registry.ListAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return listed;
            }
        }
        else if (await registry.FindAsync(model, cancellationToken: cancellationToken).ConfigureAwait(false) is { } found)
        {
            yield return found;
        }
    }
}
