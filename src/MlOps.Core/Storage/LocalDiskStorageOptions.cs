namespace MlOps.Storage;

/// <summary>The settings of a store on a local disk or mounted share, section <c>MlOps:Storage:LocalDisk</c>.</summary>
/// <remarks>Read once, when the store is made; a change takes effect after a restart.</remarks>
public sealed class LocalDiskStorageOptions
{
    /// <summary>The key of the store that <c>AddMlOps</c> registers.</summary>
    public const string DefaultKey = "LocalDisk";

    /// <summary>Gets or sets the folder that holds everything.</summary>
    /// <value>The default is <c>mlops-data</c>, in the current directory. It is created when first written to. Any number of processes may share it.</value>
    public string Root { get; set; } = "mlops-data";
}
