using MlOps.Search;

namespace MlOps.Registry;

/// <summary>Provides the values of a version to filters.</summary>
internal sealed class ModelVersionSubject(RegisteredModel model, ModelVersion version) : IFilterSubject
{
    /// <summary>Gets the keys of versions. Some attributes also have the name that MLflow uses.</summary>
    public static FilterSchema Schema { get; } = new(new Dictionary<string, FilterType>
    {
        ["name"] = FilterType.Text,
        ["version"] = FilterType.Number,
        ["version_number"] = FilterType.Number,
        ["alias"] = FilterType.Text,
        ["format"] = FilterType.Text,
        ["actor"] = FilterType.Text,
        ["author"] = FilterType.Text,
        ["user_id"] = FilterType.Text,
        ["status"] = FilterType.Text,
        ["description"] = FilterType.Text,
        ["intended_use"] = FilterType.Text,
        ["run_id"] = FilterType.Text,
        ["git_commit"] = FilterType.Text,
        ["source"] = FilterType.Text,
        ["source_path"] = FilterType.Text,
        ["size"] = FilterType.Number,
        ["created"] = FilterType.Time,
        ["creation_timestamp"] = FilterType.Time,
        ["updated"] = FilterType.Time,
        ["last_updated_timestamp"] = FilterType.Time,
    });

    public IEnumerable<FilterValue> Find(FilterScope scope, string key) => scope switch
    {
        FilterScope.Metric => version.Metrics.TryGetValue(key, out var metric) ? [new FilterValue(metric)] : [],
        FilterScope.Parameter => version.Parameters.TryGetValue(key, out var parameter) ? [new FilterValue(parameter)] : [],
        FilterScope.Tag => version.Tags.TryGetValue(key, out var tag) ? [new FilterValue(tag)] : [],
        FilterScope.Dataset => version.Lineage.Datasets.Where(dataset => dataset.Name == key).Select(static dataset => new FilterValue(dataset.Version)),
        _ => FindAttribute(key),
    };

    private IEnumerable<FilterValue> FindAttribute(string key) => key switch
    {
        "name" => [new FilterValue(model.Name)],
        "version" or "version_number" => [new FilterValue(version.Number)],
        "alias" => model.AliasesOf(version.Number).Select(FilterValue.Name),
        "format" => [FilterValue.Name(version.Format)],
        "actor" or "author" or "user_id" => [new FilterValue(version.Actor)],
        "status" => [new FilterValue(version.Status.ToString())],
        "description" => TextOf(version.Description),
        "intended_use" => TextOf(version.IntendedUse),
        "run_id" => TextOf(version.Lineage.RunId),
        "git_commit" => TextOf(version.Lineage.GitCommit),
        "source" or "source_path" => TextOf(version.Lineage.Source),
        "size" => [new FilterValue(version.Size)],
        "created" or "creation_timestamp" => [new FilterValue(version.Created)],
        _ => [new FilterValue(version.Updated)],
    };

    private static FilterValue[] TextOf(string? text) => text is null ? [] : [new FilterValue(text)];
}
