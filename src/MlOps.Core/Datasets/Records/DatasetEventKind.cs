namespace MlOps.Datasets;

/// <summary>What kind of thing was recorded of a dataset.</summary>
internal enum DatasetEventKind
{
    /// <summary>A version was added.</summary>
    Snapshot,

    /// <summary>Tags or a description were changed.</summary>
    Change,

    /// <summary>A version, or the dataset with all its versions, was deleted.</summary>
    Deletion,
}
