namespace MlOps.Storage;

/// <summary>The settings of a store on a local disk or mounted share, section <c>MlOps:Storage:LocalDisk</c>.</summary>
/// <remarks>Read once, when the store is made; a change takes effect after a restart.</remarks>
public sealed class LocalDiskStorageOptions
{
    /// <summary>The key of the store that <c>AddMlOps</c> registers.</summary>
    public const string DefaultKey = "LocalDisk";

    /// <summary>Gets or sets the folder that holds everything.</summary>
    /// <value>The default is <c>mlops-data</c>, in the current directory. It is created when first written to. Any number of processes may share it; those of several users need <see cref="Mode"/>.</value>
    public string Root { get; set; } = "mlops-data";

    /// <summary>Gets or sets the permissions of the folders that the store creates, in octal as <c>chmod</c> takes them, such as <c>2770</c> for a share of one group.</summary>
    /// <value>
    /// The default, <see langword="null"/>, is what the process's umask leaves. Files get the same permissions without the right to execute. Folders and files
    /// that exist keep theirs. Windows has no such permissions and ignores the setting: there, the access rights of the folder apply.
    /// </value>
    public string? Mode { get; set; }
}
