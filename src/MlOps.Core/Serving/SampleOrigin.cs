namespace MlOps.Serving;

/// <summary>The origin of the sample rows for the smoke test of a version.</summary>
internal enum SampleOrigin
{
    /// <summary>The golden examples of the version. Each failure is reported.</summary>
    Golden,

    /// <summary>Rows created from the schema.</summary>
    Schema,

    /// <summary>The samples of the processor.</summary>
    Samples,
}
