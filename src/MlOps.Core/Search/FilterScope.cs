namespace MlOps.Search;

/// <summary>The scope of a key in a filter.</summary>
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
