using MlOps.Storage;

namespace MlOps.Migration;

/// <summary>The options of a migration.</summary>
public sealed class MigrationOptions
{
    /// <summary>Gets or sets the folder to copy, such as <c>models/churn</c>.</summary>
    /// <value>
    /// The default is <see langword="null"/>: the whole store is copied. Content outside of the folder that its records reference is copied too.
    /// </value>
    public ArtifactPath? Prefix { get; set; }

    /// <summary>Gets or sets the maximum number of artifacts that are copied concurrently.</summary>
    /// <value>The default is 8. The range is 1 to 256.</value>
    public int Parallelism { get; set; } = 8;

    /// <summary>Gets or sets a value indicating whether the migration only reports the artifacts to copy, without writing anything.</summary>
    /// <value>The default is <see langword="false"/>. A dry run verifies nothing.</value>
    public bool DryRun { get; set; }

    /// <summary>Gets or sets the method that verifies the target at the end.</summary>
    /// <value>The default is <see cref="MigrationVerification.Digests"/>.</value>
    public MigrationVerification Verification { get; set; } = MigrationVerification.Digests;
}
