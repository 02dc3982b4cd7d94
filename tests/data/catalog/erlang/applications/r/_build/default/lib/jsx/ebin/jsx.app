% generated
{application, 'jsx',
 [{description,"An \"app\", {vsn, \"9\"}"},
  {vsn,"3.1.0"},
  {modules,[a,'B.c']},{registered,[]},{applications,[kernel,stdlib]},{env,[{k,<<"v">>},{c,$a},{n,-1.5e-3},{m,#{a => 1}}]}]}.
