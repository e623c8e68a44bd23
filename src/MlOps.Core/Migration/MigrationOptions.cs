using MlOps.Storage;

namespace MlOps.Migration;

/// <summary>What a migration copies, and how.</summary>
public sealed class MigrationOptions
{
    /// <summary>Gets or sets the folder to copy, such as <c>models/churn</c>.</summary>
    /// <value>
    /// The default, <see langword="null"/>, copies everything. Content outside the folder that its models and datasets name is copied along, so that they work at the target.
    /// </value>
    public ArtifactPath? Prefix { get; set; }

    /// <summary>Gets or sets the most artifacts that are copied at the same time.</summary>
    /// <value>The default is 8; 1 to 256.</value>
    public int Parallelism { get; set; } = 8;

    /// <summary>Gets or sets a value indicating whether to only report what would be copied, and write nothing.</summary>
    /// <value>The default is <see langword="false"/>. A dry run verifies nothing.</value>
    public bool DryRun { get; set; }

    /// <summary>Gets or sets how to make sure, at the end, that the target has what the source has.</summary>
    /// <value>The default is <see cref="MigrationVerification.Digests"/>.</value>
    public MigrationVerification Verification { get; set; } = MigrationVerification.Digests;
}
