using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MlOps.Storage;

namespace MlOps.DependencyInjection;

/// <summary>Finds the places where one part of the library writes to the local disk.</summary>
/// <param name="Find">Reads the places from the part's options.</param>
internal sealed record OwnFilesSource(Func<IServiceProvider, IEnumerable<OwnFiles>> Find)
{
    /// <summary>Finds the places of all parts. A part whose options are not valid writes nothing.</summary>
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
                // The part itself reports the fault when it is used.
            }
        }

        return places;
    }
}
