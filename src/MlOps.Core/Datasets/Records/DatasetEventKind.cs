namespace MlOps.Datasets;

/// <summary>The kind of an event of a dataset.</summary>
internal enum DatasetEventKind
{
    /// <summary>A version was added.</summary>
    Snapshot,

    /// <summary>Tags or the description were changed.</summary>
    Change,

    /// <summary>A version, or the dataset with all its versions, was deleted.</summary>
    Deletion,
}
