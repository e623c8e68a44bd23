using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MlOps.Storage;

namespace MlOps.DependencyInjection;

/// <summary>Finds the folders on the local disk to which one capability writes.</summary>
/// <param name="Find">Reads the folders from the options of the capability.</param>
internal sealed record OwnFilesSource(Func<IServiceProvider, IEnumerable<OwnFiles>> Find)
{
    /// <summary>Finds the folders of all capabilities. A capability with invalid options is skipped, because it cannot write.</summary>
    public static IReadOnlyList<OwnFiles> FindAll(IServiceProvider provider)
    {
        var places = new List<OwnFiles>();
        foreach (var source in provider.GetServices<OwnFilesSource>())
        {
            try
            {
                places.AddRange(source.Find(provider));
            }
            catch (OptionsValidationException)
            {
                // The fault is reported when the capability is used.
            }
        }

        return places;
    }
}
