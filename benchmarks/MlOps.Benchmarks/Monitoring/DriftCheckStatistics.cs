using MlOps.Monitoring.Drift;

namespace MlOps.Benchmarks.Monitoring;

/// <summary>Computes the statistics of a sample by the names of a file of expected statistics.</summary>
internal static class DriftCheckStatistics
{
    public static Dictionary<string, Func<object>> Numeric(double[] reference, double[] current)
    {
        double[] r = [.. reference.Where(double.IsFinite)];
        double[] c = [.. current.Where(double.IsFinite)];
        var smirnov = new Lazy<KolmogorovSmirnovResult>(() => TwoSampleTests.KolmogorovSmirnov(r, c));
        var edges = new Lazy<double[]>(() => SampleBins.DecileEdges(r));
        var anderson = new Lazy<TestResult>(() => TwoSampleTests.AndersonDarling(r, c));
        var statistics = new Dictionary<string, Func<object>>
        {
            ["n_ref"] = () => r.Length,
            ["n_cur"] = () => c.Length,
            ["dropped_nonfinite.ref"] = () => reference.Length - r.Length,
            ["dropped_nonfinite.cur"] = () => current.Length - c.Length,
            ["ks.statistic"] = () => smirnov.Value.Statistic,
            ["ks.statistic_location"] = () => smirnov.Value.Location,
            ["ks.statistic_sign"] = () => smirnov.Value.Sign,
            ["ks.p_exact"] = () => smirnov.Value.ExactPValue(),
            ["ks.p_asymp_scipy_kstwo_round_en"] = () => smirnov.Value.ApproximatePValue(),
            ["ks.p_kolmogorov_limit"] = () => smirnov.Value.LimitPValue(),
            ["ks.p_stephens"] = () => smirnov.Value.StephensPValue(),
            ["ks"] = () => smirnov.Value,
            ["wasserstein"] = () => SampleDistances.Wasserstein(r, c),
            ["wasserstein.distance"] = () => SampleDistances.Wasserstein(r, c),
            ["wasserstein.ref_std_ddof0"] = () => SampleDistances.StandardDeviation(r),
            ["wasserstein.normalised_evidently"] = () => SampleDistances.NormalizedWasserstein(r, c),
            ["energy_distance"] = () => SampleDistances.Energy(r, c),
            ["mann_whitney"] = () => TwoSampleTests.MannWhitney(r, c),
            ["mann_whitney.U_ref"] = () => TwoSampleTests.MannWhitney(r, c).Statistic,
            ["mann_whitney.p_asymptotic_continuity"] = () => TwoSampleTests.MannWhitney(r, c).PValue,
            ["mann_whitney.p_asymptotic_nocontinuity"] = () => TwoSampleTests.MannWhitney(r, c, useContinuity: false).PValue,
            ["mann_whitney.p_exact"] = () => TwoSampleTests.MannWhitneyExact(r, c).PValue,
            ["anderson_darling_ksamp"] = () => anderson.Value,
            ["anderson_darling_ksamp.statistic"] = () => anderson.Value.Statistic,
            ["anderson_darling_ksamp.critical_values"] = () => TwoSampleTests.AndersonDarlingCriticalValues.ToArray(),
            ["anderson_darling_ksamp.p_scipy_clipped_0001_025"] = () => anderson.Value.PValue,
            ["cramer_von_mises"] = () => TwoSampleTests.CramerVonMises(r, c),
            ["cramer_von_mises.statistic"] = () => TwoSampleTests.CramerVonMises(r, c).Statistic,
            ["cramer_von_mises.p_asymptotic"] = () => TwoSampleTests.CramerVonMises(r, c).PValue,
            ["welch_t"] = () => TwoSampleTests.WelchT(r, c),
            ["welch_t.t"] = () => TwoSampleTests.WelchT(r, c).Statistic,
            ["welch_t.p"] = () => TwoSampleTests.WelchT(r, c).PValue,
            ["binned_ref_deciles"] = () => edges.Value,
            ["binned_ref_deciles.interior_edges"] = () => edges.Value,
            ["binned_ref_deciles.ref_counts"] = () => SampleBins.Count(r, edges.Value),
            ["binned_ref_deciles.cur_counts"] = () => SampleBins.Count(c, edges.Value),
        };
        AddDivergences(statistics, "binned_ref_deciles", () => (SampleBins.Count(r, edges.Value), SampleBins.Count(c, edges.Value)));
        return statistics;
    }

    public static Dictionary<string, Func<object>> Categorical(string?[] reference, string?[] current)
    {
        string[] r = [.. reference.OfType<string>()];
        string[] c = [.. current.OfType<string>()];
        string[] categories = [.. r.Concat(c).Distinct(StringComparer.Ordinal).Order(Comparer<string>.Create(CompareCodePoints))];
        var (first, second) = (Count(r, categories), Count(c, categories));
        var statistics = new Dictionary<string, Func<object>>
        {
            ["n_ref"] = () => r.Length,
            ["n_cur"] = () => c.Length,
            ["dropped_nonfinite.ref"] = () => reference.Length - r.Length,
            ["dropped_nonfinite.cur"] = () => current.Length - c.Length,
            ["categories"] = () => categories,
            ["ref_counts"] = () => first,
            ["cur_counts"] = () => second,
            ["unseen_in_reference"] = () => categories.Where((_, index) => first[index] == 0).ToArray(),
            ["missing_in_current"] = () => categories.Where((_, index) => second[index] == 0).ToArray(),
            ["unseen_rate_current"] = () => (double)second.Where((_, index) => first[index] == 0).Sum() / c.Length,
            ["chi_square_homogeneity"] = () => CategoryTests.ChiSquare(first, second),
            ["chi_square_homogeneity.statistic"] = () => CategoryTests.ChiSquare(first, second).Statistic,
            ["chi_square_homogeneity.p"] = () => CategoryTests.ChiSquare(first, second).PValue,
            ["chi_square_homogeneity.dof"] = () => CategoryTests.ChiSquare(first, second).DegreesOfFreedom,
            ["chi_square_homogeneity.min_expected"] = () => CategoryTests.ChiSquare(first, second).MinExpected,
            ["chi_square_homogeneity.cells_expected_below_5"] = () => CategoryTests.ChiSquare(first, second).CellsBelow5,
            ["chi_square_homogeneity.statistic_yates"] = () => CategoryTests.ChiSquare(first, second, useYates: true).Statistic,
            ["chi_square_homogeneity.p_yates"] = () => CategoryTests.ChiSquare(first, second, useYates: true).PValue,
            ["chi_square_homogeneity.g_statistic"] = () => CategoryTests.GTest(first, second).Statistic,
            ["chi_square_homogeneity.g_p"] = () => CategoryTests.GTest(first, second).PValue,
            ["chi_square_homogeneity.cramers_v"] = () => CategoryTests.ChiSquare(first, second).CramersV,
            ["chi_square_gof_evidently_style"] = () => CategoryTests.GoodnessOfFit(first, second),
            ["chi_square_gof_evidently_style.statistic"] = () => CategoryTests.GoodnessOfFit(first, second).Statistic,
            ["chi_square_gof_evidently_style.p"] = () => CategoryTests.GoodnessOfFit(first, second).PValue,
            ["chi_square_gof_evidently_style.dof"] = () => categories.Length - 1,
            ["fisher_exact_2x2"] = () => CategoryTests.FisherExact(first, second),
            ["fisher_exact_2x2.odds_ratio"] = () => CategoryTests.FisherExact(first, second).Statistic,
            ["fisher_exact_2x2.p"] = () => CategoryTests.FisherExact(first, second).PValue,
            ["z_two_proportions"] = () => CategoryTests.TwoProportions(first[1], r.Length, second[1], c.Length),
            ["z_two_proportions.z"] = () => CategoryTests.TwoProportions(first[1], r.Length, second[1], c.Length).Statistic,
            ["z_two_proportions.p"] = () => CategoryTests.TwoProportions(first[1], r.Length, second[1], c.Length).PValue,
        };
        AddDivergences(statistics, "binned_categories", () => (first, second));
        return statistics;
    }

    public static Dictionary<string, Func<object>> Stream(double[] values) => new()
    {
        ["page_hinkley_indices"] = () => Changes(values, new PageHinkley().Add),
        ["adwin_indices"] = () => Changes(values, new Adwin().Add),
    };

    private static long[] Changes(double[] values, Func<double, bool> add) =>
    [
        .. values
            .Select((value, index) => (HasChanged: add(value), Index: (long)index))
            .Where(static pair => pair.HasChanged)
            .Select(static pair => pair.Index),
    ];

    private static void AddDivergences(Dictionary<string, Func<object>> statistics, string group, Func<(long[] P, long[] Q)> counts)
    {
        void Add(string name, Func<long[], long[], double> compute) => statistics[$"{group}.{name}"] =
            () => compute(counts().P, counts().Q);

        statistics.TryAdd(group, () => Divergences.TotalVariation(counts().P, counts().Q));
        Add("psi_floor_1e4", static (p, q) => Divergences.PopulationStability(p, q));
        Add("psi_jeffreys_half", static (p, q) => Divergences.PopulationStability(p, q, useFloor: false));
        Add("kl_ref_cur_nats_floor_renorm", static (p, q) => Divergences.KullbackLeibler(p, q));
        Add("kl_cur_ref_nats_floor_renorm", static (p, q) => Divergences.KullbackLeibler(q, p));
        Add("kl_ref_cur_bits_raw", static (p, q) => Divergences.KullbackLeibler(p, q, useFloor: false) / Math.Log(2));
        Add("js_distance_base2", static (p, q) => Divergences.JensenShannon(p, q));
        Add("js_divergence_base2", static (p, q) => Math.Pow(Divergences.JensenShannon(p, q), 2));
        Add("js_distance_nats", static (p, q) => Divergences.JensenShannon(p, q, isBase2: false));
        Add("hellinger", static (p, q) => Divergences.Hellinger(p, q));
        Add("total_variation", static (p, q) => Divergences.TotalVariation(p, q));
        Add("l_infinity", static (p, q) => Divergences.LInfinity(p, q));
    }

    private static long[] Count(string[] values, string[] categories)
    {
        var counts = values.CountBy(static value => value, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        return [.. categories.Select(category => (long)counts.GetValueOrDefault(category))];
    }

    /// <summary>Compares texts by code points, as Python does.</summary>
    private static int CompareCodePoints(string first, string second)
    {
        foreach (var (left, right) in first.EnumerateRunes().Zip(second.EnumerateRunes()))
        {
            if (left != right)
            {
                return left.CompareTo(right);
            }
        }

        return first.Length.CompareTo(second.Length);
    }
}
