using System.Runtime.CompilerServices;
using MlOps.Datasets;
using MlOps.Search;

namespace MlOps.Registry;

/// <summary>Finds versions by what is recorded of them.</summary>
public static class ModelSearchExtensions
{
    /// <summary>Finds the versions for which a condition holds.</summary>
    /// <remarks>
    /// <para>Keys are <c>metrics.auc</c>, <c>params.depth</c>, <c>tags.stage</c>, <c>datasets.flights</c> (its value is the dataset's version) and the attributes
    /// <c>name</c>, <c>version</c>, <c>alias</c>, <c>format</c>, <c>author</c>, <c>status</c>, <c>description</c>, <c>intended_use</c>, <c>run_id</c>, <c>git_commit</c>,
    /// <c>source</c>, <c>size</c> (bytes), <c>created</c> and <c>updated</c> (milliseconds since 1970, or text in ISO 8601), alone or after <c>attributes.</c>. A key with other characters than letters,
    /// digits and <c>_ . - /</c> stands in backticks or double quotes: <c>tags.`my key`</c>. Keys are looked up as they are written, aliases and formats are compared without regard to case; <c>and</c>, <c>or</c> and the like may have any case.</para>
    /// <para>Comparisons are <c>= != &gt; &gt;= &lt; &lt;=</c>, <c>LIKE</c> and <c>ILIKE</c> (<c>%</c> any text, <c>_</c> any character; the latter ignores
    /// case), <c>IN (…)</c>, <c>NOT IN (…)</c>, <c>IS NULL</c> and <c>IS NOT NULL</c>,
    /// combined by <c>and</c>, <c>or</c>, <c>not</c> and parentheses. Text is in quotes, with a quote within written twice.</para>
    /// <para>A comparison with something that a version does not have is false, whichever it is: <c>tags.stage != 'draft'</c> finds no version without that
    /// tag, <c>not tags.stage = 'draft'</c> does. <c>tags.stage IS NULL</c> finds the versions without the tag.</para>
    /// </remarks>
    /// <param name="registry">The registry.</param>
    /// <param name="filter">The condition, such as <c>metrics.auc &gt; 0.9 and tags.stage != 'draft'</c>; empty finds all.</param>
    /// <param name="model">The model to search; <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <returns>The versions, each model's in ascending order, as the enumeration comes to them.</returns>
    /// <exception cref="ArgumentException">The filter cannot be read; the message says where, and what is expected there. Thrown at once.</exception>
    public static IAsyncEnumerable<ModelVersion> SearchAsync(
        this IModelRegistry registry, string filter, string? model = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(filter);
        var expression = FilterExpression.Parse(filter, ModelVersionSubject.Schema);
        return FindAsync(registry, model, (found, version) => expression.Matches(new ModelVersionSubject(found, version)), cancellationToken);
    }

    /// <summary>Finds the versions that were trained on a version of a dataset. The other way round, <see cref="ModelVersion.Lineage"/> names a version's datasets.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="dataset">The version of the dataset.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <returns>The versions of all models, each model's in ascending order, as the enumeration comes to them.</returns>
    public static IAsyncEnumerable<ModelVersion> FindTrainedOnAsync(this IModelRegistry registry, DatasetReference dataset, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(dataset);
        return FindAsync(registry, model: null, (_, version) => version.Lineage.Datasets.Contains(dataset), cancellationToken);
    }

    private static async IAsyncEnumerable<ModelVersion> FindAsync(
        IModelRegistry registry, string? model, Func<RegisteredModel, ModelVersion, bool> holds, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var found in ModelsAsync(registry, model, cancellationToken).ConfigureAwait(false))
        {
            foreach (var version in found.Versions.Where(version => holds(found, version)))
            {
                yield return version;
            }
        }
    }

    private static async IAsyncEnumerable<RegisteredModel> ModelsAsync(IModelRegistry registry, string? model, [EnumeratorCancellation] CancellationToken cancellationToken)
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
