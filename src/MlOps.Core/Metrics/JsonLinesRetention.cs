using Microsoft.Extensions.Logging;

namespace MlOps.Metrics;

/// <summary>Deletes the oldest files of a folder by total size and by age.</summary>
/// <remarks>The number of files is not limited, because a process that restarts often creates many small files.</remarks>
internal sealed partial class JsonLinesRetention(JsonLinesSinkOptions options, ILogger logger)
{
    private readonly ILogger _logger = logger;

    /// <summary>Deletes the oldest files until a new file of the maximum size fits into the limit, and files that exceed the maximum age.</summary>
    /// <param name="now">The current time.</param>
    /// <param name="current">The path of the file of the caller, which is never deleted.</param>
    public void Apply(DateTimeOffset now, string current)
    {
        var others = JsonLinesMetrics.ListOwnFiles(options.Path).Where(file => Path.GetFileName(file) != Path.GetFileName(current));
        var files = others.Select(static file => new FileInfo(file)).Where(static file => file.Exists).ToList();
        var size = files.Sum(static file => file.Length);
        var room = options.MaxTotalSize - options.MaxFileSize;
        Exception? failure = null;
        foreach (var file in files)
        {
            if (size > room || now - file.LastWriteTimeUtc > options.MaxAge)
            {
                size -= TryDelete(file.FullName, ref failure) ? file.Length : 0;
            }
        }

        if (size > room)
        {
            LogTooLarge(failure, options.Path, size, room);
        }
    }

    private static bool TryDelete(string file, ref Exception? failure)
    {
        try
        {
            // Throws on every platform if another process has the file open for writing.
            using (new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.None))
            {
            }

            File.Delete(file);
            return true;
        }
        catch (FileNotFoundException)
        {
            return true; // deleted by another process
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            failure = exception;
            return false;
        }
    }

    [LoggerMessage(742, LogLevel.Warning, "The metric files in '{Folder}' have {Size} bytes, which exceeds the limit of {Room} bytes (MaxTotalSize minus "
        + "MaxFileSize). The remaining files are in use or cannot be deleted. Raise MaxTotalSize, lower MaxFileSize, or allow the process to "
        + "delete files in the folder.")]
    private partial void LogTooLarge(Exception? exception, string folder, long size, long room);
}
