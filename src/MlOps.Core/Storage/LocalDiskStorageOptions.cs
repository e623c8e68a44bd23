namespace MlOps.Storage;

/// <summary>The settings of a store on a local disk or mounted share, section <c>MlOps:Storage:LocalDisk</c>.</summary>
/// <remarks>The settings are read once, when the store is created. Changes take effect after a restart.</remarks>
public sealed class LocalDiskStorageOptions
{
    /// <summary>The key of the store that <c>AddMlOps</c> registers.</summary>
    public const string DefaultKey = "LocalDisk";

    /// <summary>Gets or sets the folder of the store.</summary>
    /// <value>
    /// The default is <c>mlops-data</c> in the current directory. The first write creates the folder. Any number of processes may share it. Processes of
    /// different users require <see cref="Mode"/>.
    /// </value>
    public string Root { get; set; } = "mlops-data";

    /// <summary>
    /// Gets or sets the octal permissions of new folders, such as <c>2770</c> for a folder that a group shares.
    /// </summary>
    /// <value>
    /// The default is <see langword="null"/>, which uses the umask of the process. New files have the same permissions without the execute permission. Existing
    /// folders and files are not changed. Windows ignores this setting and uses the access control list of the folder.
    /// </value>
    public string? Mode { get; set; }
}
