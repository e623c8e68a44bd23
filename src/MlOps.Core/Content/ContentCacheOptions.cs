namespace MlOps.Content;

/// <summary>The settings of the local cache for content of artifact stores, section <c>MlOps:Content:Cache</c>.</summary>
/// <remarks>One cache serves all stores of a process. Processes of the same user can share the folder. The settings are read once, at the first
/// use. A change takes effect after a restart.</remarks>
public sealed class ContentCacheOptions
{
    /// <summary>The name of the configuration section below <c>MlOps</c>.</summary>
    internal const string SectionName = "Content:Cache";

    /// <summary>Gets or sets the folder of the cache. The folder is created at the first use, accessible only to the current user, and can be
    /// deleted at any time.</summary>
    /// <value>
    /// The default is <see langword="null"/>: content is not cached. Other files in the folder are never deleted. A folder that was not created
    /// by the cache is not used if it contains files with names of cached files.
    /// </value>
    public string? Folder { get; set; }

    /// <summary>Gets or sets the maximum size of the cache, in bytes. The least recently used files are deleted to make room for new
    /// files.</summary>
    /// <value>The default is 10 GiB. The minimum is 1. A larger file is not cached. Each process that adds files to the folder concurrently can
    /// exceed the limit by one sixteenth.</value>
    public long MaxSize { get; set; } = 10L << 30;
}
