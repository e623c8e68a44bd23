namespace MlOps.Search;

/// <summary>What the key of a comparison is the name of.</summary>
internal enum FilterScope
{
    Attribute,
    Metric,
    Parameter,
    Tag,
    Dataset,
    MetricMinimum,
    MetricMaximum,
    MetricMinimumStep,
    MetricMaximumStep,
}
